/**
 * The one place that takes secrets out of text. The journal redacts before it writes; screens,
 * exports and error messages call the same function. It errs on the side of taking too much.
 *
 * Every pattern runs in linear time: runs are consumed whole or bounded, so hostile text cannot
 * make it slow. A private key is recognised by its BEGIN line: redact whole texts, not lines.
 */

export const REDACTED = '[redacted]'

/** Names whose value is a secret, however the value looks. */
const SECRET_NAME =
  'token|secret|passw(?:or)?d|passphrase|credentials?|(?:api|access|secret|private|signing|encryption|shared|account)[_-]?key'
const IS_SECRET_NAME = new RegExp(`(?:${SECRET_NAME}|authorization|cookie)$`, 'i')

/** Not inside a word; the end of an escape (`\n`, `\u0022`, `%3D`, a colour code) is no word. */
const EDGE =
  '(?:(?<![A-Za-z0-9])|(?<=\\\\[nrtbf])|(?<=\\\\u[0-9a-f]{4})|(?<=\\\\x[0-9a-f]{2})|(?<=%[0-9A-F]{2})|(?<=\\[[0-9;]{0,16}m))'

/** A value after `=` or `:` — in quotes, in escaped quotes, or up to a blank or separator. */
const VALUE = `(?:\\\\{1,3}"(?:[^"\\\\\\n]|\\\\{1,3}[^"\\\\\\n])+|"(?:[^"\\\\\\n]|\\\\[^\\n])+|'[^'\\n]+|(?:[^\\s&;"'\`\\\\]|\\\\(?!["']))+)`

/** What stands where a secret would and gives nothing away: states, types, a variable's name, a table. */
const HARMLESS =
  /^["']?(?:present|absent|expired|missing|invalid|required|unset|none|null|true|false|undefined|string|number|boolean|unknown|\$\{?[A-Z_][A-Z0-9_]*\}?|[{[])["']?[.,)}\]]*$/

/** What is kept in front of a redacted value: quotes, so that JSON stays JSON. */
const opening = (value: string): string => /^\\{0,3}["']/.exec(value)?.[0] ?? ''

const keepName = (whole: string, name: string, value: string): string =>
  HARMLESS.test(value) ? whole : name + opening(value) + REDACTED

type Rule = readonly [RegExp, (whole: string, ...groups: string[]) => string]

/** A private key, also one whose end is cut off. */
const PRIVATE_KEY: Rule = [
  /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY[A-Z ]{0,10}-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,60}-----|$)/g,
  () => REDACTED,
]

/** Tokens known by their form. */
const TOKENS: readonly Rule[] = [
  [/gh[pousr]_[A-Za-z0-9]{16,}[\w.-]*/g, () => REDACTED],
  [/github_pat_\w{16,}/g, () => REDACTED],
  [new RegExp(`${EDGE}sk-[\\w-]{16,}`, 'g'), () => REDACTED],
  [/xox[a-z](?:\.xox[a-z])?-[A-Za-z0-9-]{10,}|xapp-[A-Za-z0-9-]{10,}/g, () => REDACTED],
  [/(?:AKIA|ASIA)[A-Z0-9]{16}/g, () => REDACTED],
  [/AIza[\w-]{35}|glpat-[\w-]{20,}|npm_[A-Za-z0-9]{36}|hf_[A-Za-z0-9]{30,}/g, () => REDACTED],
  // A JSON Web Token: the whole dotted run is taken, then judged.
  [/eyJ[\w.-]*/g, whole => (/^[\w-]{8,}\.[\w-]{8,}|\.[\w-]{8,}\./.test(whole) ? REDACTED : whole)],
]

/** In order: what holds other secrets comes first. */
const RULES: readonly Rule[] = [
  PRIVATE_KEY,
  // Headers that carry credentials: the scheme stays, the rest of the value goes.
  [
    new RegExp(
      `((?:authorization|x-api-key|private-token)\\\\{0,3}["']?[ \\t]{0,3}[:=][ \\t]{0,3}(?:\\\\{0,3}["'])?(?:(?:bearer|basic|token|digest|negotiate)[ \\t]{1,4})?)([^\\s"'\\\\,]+)`,
      'gi',
    ),
    (_whole, name) => name + REDACTED,
  ],
  [
    /(cookie[ \t]{0,3}:[ \t]{0,3})([^\r\n"'=]{1,200}=[^\r\n"']*)/gi,
    (_whole, name) => name + REDACTED,
  ],
  [
    /(bearer[ \t]{1,4})((?=[^\s]{0,20}\d)[\w.~+/=-]{8,}|[\w.~+/=-]{20,})/gi,
    (_whole, name) => name + REDACTED,
  ],
  // Names with a value: NAME=value, "name": "value", --name value, ?key=value, SOME_KEY=value.
  [
    new RegExp(
      `((?:${SECRET_NAME})\\\\{0,3}["']?[ \\t]{0,3}[=:][ \\t]{0,3})(?![=:])(${VALUE})`,
      'gi',
    ),
    keepName,
  ],
  [new RegExp(`(--[a-z-]{0,32}?(?:${SECRET_NAME})[ \\t]{1,3})(?!-)(${VALUE})`, 'gi'), keepName],
  [new RegExp(`((?:(?<![\\w-])key|(?<=[A-Z0-9]_)KEY)=)(?!=)(${VALUE})`, 'g'), keepName],
  // User information in a URL. A bare user name (ssh://git@host) is no secret, except over http.
  [/(?<=:\/\/)[^\s/:@"'<>]*:[^\s/"'<>]*@/g, () => `${REDACTED}@`],
  [/(?<=https?:\/\/)[^\s/@"'<>]+@/gi, () => `${REDACTED}@`],
  ...TOKENS,
]

/** Takes secrets out of `text`; text without any comes back as it was. Linear in its length. */
export function redact(text: string): string {
  return RULES.reduce(apply, text)
}

const apply = (text: string, [pattern, replace]: Rule): string => text.replace(pattern, replace)

/** Whether there is anything to take out. */
export const holdsSecret = (text: string): boolean => redact(text) !== text

/** A key with a body: programs that read keys hold the BEGIN line too. */
const KEY_BODY =
  /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY[A-Z ]{0,10}-----\s{1,4}(?:[\w-]{1,40}: [^\n]{0,200}\n|\s){0,6}[A-Za-z0-9+/=]{40}/

/** Whether it holds a key or token known by its form. Any program's own files speak of passwords. */
export const holdsToken = (text: string): boolean =>
  KEY_BODY.test(text) || TOKENS.reduce(apply, text) !== text

/** Redacts every string in a JSON value, names included, and whatever stands under a secret's name. */
export function redactJson<T>(value: T, redactText?: (text: string) => string): T
export function redactJson(value: unknown, redactText = redact): unknown {
  if (typeof value === 'string') return redactText(value)
  if (Array.isArray(value)) return value.map(item => redactJson<unknown>(item, redactText))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      redactText(name),
      typeof item === 'string' && IS_SECRET_NAME.test(name) && !HARMLESS.test(item)
        ? REDACTED
        : redactJson<unknown>(item, redactText),
    ]),
  )
}
