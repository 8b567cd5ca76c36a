/** Models that a text names: a launcher's script, a crontab, or an engine's own configuration. */
export interface Mention {
  model: string
  /** Counted from 1. */
  line: number
}

const NAME = '["\']?([a-z][\\w.:/@-]{1,99})'
/**
 * `MODEL=gpt-5.5`, `model = "gpt-5.5"`, `"model": "opus"`, `-c model=gpt-5.5`, and in a launcher
 * `--model gpt-5.5`. A bare `-m` is too many programs' flag: it counts beside an engine's name.
 */
const SETTING = new RegExp(`\\b\\w*model["']?\\s*[=:]\\s*${NAME}`, 'gi')
const FLAG = new RegExp(`--(?:fallback-)?model\\s+${NAME}`, 'gi')
const SHORT = new RegExp(`\\s-m[\\s=]*${NAME}`, 'gi')
const ENGINE = /\b(?:codex|claude)\b/

const LINE_CHARS = 4_096
const MOST = 1_000

/** Comments name none. Lines are read as far as 4,096 characters, and 1,000 mentions are enough. */
export function mentionsIn(text: string): readonly Mention[] {
  const mentions: Mention[] = []
  for (const [index, whole] of text.split('\n').entries()) {
    const line = whole.slice(0, LINE_CHARS)
    if (/^\s*(?:#|\/\/)/.test(line)) continue
    const patterns = ENGINE.test(line) ? [SETTING, FLAG, SHORT] : [SETTING, FLAG]
    const named = patterns.flatMap(pattern => [...line.matchAll(pattern)].map(([, name]) => name))
    for (const model of new Set(named)) if (model) mentions.push({ model, line: index + 1 })
    if (mentions.length >= MOST) break
  }
  return mentions.slice(0, MOST)
}
