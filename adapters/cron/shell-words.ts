/**
 * Splits a command line into words and operators, near enough to a shell's to find its script and
 * its redirects. Nothing is ever run from what this returns.
 */

export type ShellToken =
  | { kind: 'word'; text: string }
  | { kind: 'operator'; text: string }
  /** A redirect of output: `fd` null is both streams; `target` is `&1` for a copy of a stream. */
  | { kind: 'output'; fd: number | null; target: string }

const MAX_TOKENS = 500

/** One token: blanks, output redirect, input redirect, operator, or a run of word pieces. */
const TOKEN =
  /\s+|(?<fd>\d*|&)>(?:>|\|)?(?<copy>&\d|&-)?|\d*<+|(?<operator>\|\||&&|[|&;()])|(?<word>(?:\\.|'[^']*'|"(?:\\.|[^"\\])*"|[^\s|&;()<>'"\\])+)|./gsu

/** Tokens of a command line; an unfinished quote ends at its quote sign. Never throws. */
export function shellWords(command: string): ShellToken[] {
  const tokens: ShellToken[] = []
  let redirect: number | null | undefined
  for (const { groups = {} } of command.matchAll(TOKEN)) {
    if (tokens.length >= MAX_TOKENS) break
    const { fd, copy, operator, word } = groups
    if (fd !== undefined) {
      redirect = fd === '&' ? null : fd === '' ? 1 : Number(fd)
      if (copy === undefined) continue
      tokens.push({ kind: 'output', fd: redirect, target: copy })
      redirect = undefined
    } else if (operator !== undefined) {
      tokens.push({ kind: 'operator', text: operator })
    } else if (word !== undefined && redirect !== undefined) {
      tokens.push({ kind: 'output', fd: redirect, target: unquote(word) })
      redirect = undefined
    } else if (word !== undefined) {
      tokens.push({ kind: 'word', text: unquote(word) })
    }
  }
  return tokens
}

const unquote = (word: string): string =>
  word.replace(
    /\\(.)|'([^']*)'|"((?:\\.|[^"\\])*)"/gs,
    (_, escaped?: string, single?: string, double?: string) =>
      escaped ?? single ?? (double ?? '').replace(/\\(["\\$`])/g, '$1'),
  )
