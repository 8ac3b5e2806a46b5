import { ERRORS } from '@ferry/domain';

/** The catalogue of errors as a document for people. */
export function errorsPage(): string {
  const entries = Object.entries(ERRORS).map(([code, { title, status, remedy, retryable }]) => {
    const again = retryable ? 'can help' : 'does not help';
    return `### ${code}\n\n${title}.\n\n- Status: ${status}\n- Remedy: ${remedy}\n- Trying the same again: ${again}\n`;
  });
  return `${HEAD}\n${entries.join('\n')}`;
}

const HEAD = `# Errors

Every error is an RFC 9457 document (\`application/problem+json\`). \`code\` is stable and one of those below; \`detail\`
says what happened this time; \`fields\` names the fields of the request that are wrong; \`instance\` is the request's id,
under which the API's log has more.
`;
