/** How an operator names a host: `ALIAS`, `user@host`, `user@host:port`, `user@[v6]:port`. */
export interface Named {
  user: string | null
  host: string
  port: number | null
}

/** A name as it will stand in an argument list: never an option, never more than one word. */
const WORD = /^[^-\s\p{Cc}][^\s\p{Cc}]*$/u
const BRACKETED = /^\[([0-9a-f:.]+(?:%[\w.-]+)?)\](?::(\d+))?$/i
const PLAIN = /^([^:]+)(?::(\d+))?$/

/** Splits a name; a string says what is wrong with it. */
export function parseTarget(text: string): Named | string {
  const at = text.lastIndexOf('@')
  const user = at === -1 ? null : text.slice(0, at)
  const rest = text.slice(at + 1)
  if (user !== null && !WORD.test(user)) return `${JSON.stringify(user)} is no user name`
  const bare = rest.split(':').length > 2 && !rest.startsWith('[')
  const [, host = '', port] = bare ? [rest, rest] : (BRACKETED.exec(rest) ?? PLAIN.exec(rest) ?? [])
  if (!WORD.test(host)) return `${JSON.stringify(text)} is not ALIAS or user@host[:port]`
  if (port === undefined) return { user, host, port: null }
  const number = Number(port)
  if (number < 1 || number > 65_535) return `${port} is no TCP port`
  return { user, host, port: number }
}
