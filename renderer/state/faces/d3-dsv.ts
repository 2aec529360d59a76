/** What we use of it; its own types are a package of their own. */
declare module 'd3-dsv' {
  /** The cells, row by row. Unlike `csvParse` they make no code, which the page's security policy would forbid. */
  export function csvParseRows(text: string): string[][];
  export function tsvParseRows(text: string): string[][];
}
