/**
 * What an agent's text says of its work that can be checked: a table of sentences. Only what is
 * stated as done is taken; a sentence that denies, plans or doubts is no claim.
 */
import type { ClaimFact } from '../../state/claim.ts'

export type Claimed = Pick<ClaimFact, 'origin' | 'text' | 'check' | 'subject'>

interface Pattern {
  check: ClaimFact['check']
  /** The first group that is set is the subject. */
  words: RegExp
  /** The subject when no group is set. */
  otherwise?: string
}

const SHA = '`?((?=[0-9a-f]{0,39}\\d)(?=[0-9a-f]{0,39}[a-f])[0-9a-f]{7,40}|\\d{40})\\b'
const FILE = '((?:~\\/|\\.{0,2}\\/)?[\\w./-]{0,200}REPORT[\\w-]{0,80}\\.(?:md|txt|json|html))'

const PATTERNS: readonly Pattern[] = [
  {
    check: 'commit',
    words: new RegExp(`\\b(?:commit(?:ted|s)?|HEAD|sha)\\b[^\\n]{0,60}?\\b${SHA}`, 'gi'),
  },
  {
    check: 'push',
    words:
      /\bpushed\b(?:[^\n.;]{0,60}?[\s`'"](?!origin[\s`'".,;]|\d)(?:origin\/)?([\w-]+(?:\/[\w.-]*\w)+))?/gi,
    otherwise: '',
  },
  { check: 'pr', words: /\b(?:PR|pull request)\s{0,2}#?(\d{1,7})\b|\/pull\/(\d{1,7})\b/gi },
  {
    check: 'report',
    words: new RegExp(
      `\\b(?:wrote|written|saved|report(?:ed)?(?: is)? (?:in|at|to))\\b[^\\n]{0,80}?\`?${FILE}`,
      'gi',
    ),
  },
  {
    check: 'none',
    words: /\btests?\b (?:now |all |are |is |have ){0,3}(?:pass(?:es|ed|ing)?|green)\b/gi,
    otherwise: 'tests pass',
  },
  {
    check: 'none',
    words:
      /\b(?:build|lint|CI)\b (?:now |is ){0,2}(?:pass(?:es|ed|ing)?|green|succeed(?:s|ed)?)\b/gi,
    otherwise: 'build passes',
  },
]

/** Before the words, within one sentence. */
const UNSAID =
  /\b(?:not|never|no|none|nothing|without|cannot|will|would|could|should|must|may|might|once|until|before|if|when|unless|please|then|to be)\b|n['’]t\b|\bto\s*$/i

const LINE_CHARS = 1_000
const MOST_LINES = 2_000
const MOST = 12
const TEXT_CHARS = 300

/** At most 12, in the order in which they stand; each subject once. */
export function claimsIn(text: string, origin: ClaimFact['origin']): Claimed[] {
  const claims = new Map<string, Claimed>()
  for (const line of text.split('\n', MOST_LINES)) {
    for (const { check, words, otherwise } of PATTERNS) {
      for (const found of line.slice(0, LINE_CHARS).matchAll(words)) {
        if (isUnsaid(line, found.index)) continue
        const subject = found.slice(1).find(group => group !== undefined) ?? otherwise
        if (subject === undefined) continue
        const key = `${check} ${subject}`
        if (!claims.has(key)) {
          claims.set(key, { origin, text: line.trim().slice(0, TEXT_CHARS), check, subject })
        }
        if (claims.size >= MOST) return [...claims.values()]
      }
    }
  }
  return [...claims.values()]
}

const isUnsaid = (line: string, at: number): boolean =>
  UNSAID.test(/[^.;!?]*$/.exec(line.slice(Math.max(0, at - 60), at))?.[0] ?? '')
