/** Splits what EDITOR or PAGER hold into a program and its arguments. No shell ever reads it. */

const WORD = /(?:\\.|'[^']*'|"(?:\\.|[^"\\])*"|[^\s'"\\])+/gsu
const PIECE = /\\(.)|'([^']*)'|"((?:\\.|[^"\\])*)"/gs

/** Quotes and backslashes as a shell reads them; nothing is expanded. Empty for an empty text. */
export const commandWords = (text: string): readonly string[] =>
  (text.match(WORD) ?? []).map(word =>
    word.replace(
      PIECE,
      (_, escaped?: string, single?: string, double?: string) =>
        escaped ?? single ?? (double ?? '').replace(/\\(["\\$`])/g, '$1'),
    ),
  )

type Env = Readonly<Record<string, string | undefined>>

const first = (texts: readonly (string | undefined)[], fallback: readonly string[]) =>
  texts.map(text => commandWords(text ?? '')).find(words => words.length > 0) ?? fallback

/** The operator's editor: VISUAL, EDITOR, else vi. */
export const editorOf = (env: Env): readonly string[] =>
  first([env['VISUAL'], env['EDITOR']], ['vi'])

/** The operator's pager: as configured, else PAGER, else less, which then shows colours only. */
export const pagerOf = (env: Env, configured: readonly string[] | null): readonly string[] =>
  configured ?? first([env['PAGER']], ['less', '-R'])
