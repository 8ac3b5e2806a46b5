/** One fact of the story, whether it is as promised, and how it was seen. */
export interface Check {
  readonly name: string;
  readonly holds: boolean;
  readonly value: string;
}

export function check(name: string, holds: boolean, value: string): Check {
  return { name, holds, value };
}
