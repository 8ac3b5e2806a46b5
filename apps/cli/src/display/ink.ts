import { styleText } from 'node:util';

const STYLES = {
  plain: [],
  strong: ['bold'],
  faint: ['dim'],
  good: ['green'],
  bad: ['red'],
  warning: ['yellow'],
  accent: ['cyan'],
} as const;
export type Style = keyof typeof STYLES;

/** Text for a terminal in a style, or as it is where there are no colours. */
export type Ink = (style: Style, text: string) => string;

export function createInk(coloured: boolean): Ink {
  return (style, text) => {
    const safe = printable(text);
    const formats = STYLES[style];
    return coloured && formats.length > 0 ? styleText([...formats], safe, { validateStream: false }) : safe;
  };
}

/** Text of others (a reason, a hypervisor's words) must not steer the terminal: control characters become spaces. */
export function printable(text: string): string {
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
}
