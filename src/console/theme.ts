/** What the terminal can show, from its environment. */
import type { Theme } from '../../views/parts/theme.ts'

type Env = Readonly<Record<string, string | undefined>>

/** The locale that decides the character set, by POSIX's order of precedence. */
const charset = (env: Env): string => env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || ''

/** macOS terminals are UTF-8 even where no locale says so; a bare `C` locale is not. */
const speaksUtf8 = (env: Env): boolean =>
  /utf-?8/i.test(charset(env)) || (charset(env) === '' && process.platform === 'darwin')

export const themeOf = (env: Env, ascii: boolean): Theme => ({
  colour: !env['NO_COLOR'] && env['TERM'] !== 'dumb',
  ascii: ascii || !speaksUtf8(env),
})
