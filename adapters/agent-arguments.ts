/**
 * What an agent's command line says of models and of what it may do unasked (Codex 0.169, Claude
 * Code 2.1). Flags come back in our own words: nothing of the command line is repeated.
 */
import type { Engine } from '../state/words.ts'

export interface AgentArguments {
  models: readonly string[]
  /** Flags that switch approvals or the sandbox off. */
  bypass: readonly string[]
}

type Setting = { kind: 'model'; model: string } | { kind: 'bypass'; flag: string }
/** What a flag says with the word behind it, which may be none of its own. */
type Reader = (value: string) => Setting | null

const model: Reader = value =>
  /^[\w.:/@[\]-]{1,100}$/.test(value) ? { kind: 'model', model: value } : null
const always =
  (flag: string): Reader =>
  () => ({ kind: 'bypass', flag })
const when =
  (flag: string, dangerous: string): Reader =>
  value =>
    value === dangerous ? { kind: 'bypass', flag: `${flag} ${dangerous}` } : null

const CODEX_KEYS = new Map<string, Reader>([
  ['model', model],
  ['review_model', model],
  ['sandbox_mode', when('sandbox_mode', 'danger-full-access')],
  ['approval_policy', when('approval_policy', 'never')],
])

/** `-c key=value`, where the value may be quoted as TOML. */
const override: Reader = value => {
  const [, key = '', quoted = ''] = /^\s*([\w.-]+)\s*=\s*(.*)$/s.exec(value) ?? []
  const bare = quoted.trim().replace(/^(["'])(.*)\1$/s, '$2')
  // A profile's key is the same setting, once the profile is chosen.
  return CODEX_KEYS.get(key.replace(/^profiles\.[\w-]+\./, ''))?.(bare) ?? null
}

const READERS: Readonly<Record<Engine, ReadonlyMap<string, Reader>>> = {
  codex: new Map([
    ['--model', model],
    ['-m', model],
    ['--config', override],
    ['-c', override],
    ['--sandbox', when('--sandbox', 'danger-full-access')],
    ['-s', when('--sandbox', 'danger-full-access')],
    ['--ask-for-approval', when('--ask-for-approval', 'never')],
    ['-a', when('--ask-for-approval', 'never')],
    ['--dangerously-bypass-approvals-and-sandbox', always('--yolo')],
    ['--yolo', always('--yolo')],
  ]),
  claude: new Map([
    ['--model', model],
    ['--fallback-model', model],
    ['--permission-mode', when('--permission-mode', 'bypassPermissions')],
    ['--dangerously-skip-permissions', always('--dangerously-skip-permissions')],
  ]),
}

/** `--flag=value`, `-fvalue` and `-f=value` are `--flag value`. */
function split(word: string, next: string): readonly [flag: string, value: string] {
  const [, long, joined] = /^(--[\w-]+)=(.*)$/s.exec(word) ?? []
  if (long !== undefined && joined !== undefined) return [long, joined]
  const [, short, tail] = /^(-[a-z])=?(.+)$/s.exec(word) ?? []
  return short !== undefined && tail !== undefined ? [short, tail] : [word, next]
}

/** Reads a command line as /proc shows it. What stands behind `--` is the brief. */
export function readArguments(engine: Engine, argv: readonly string[]): AgentArguments {
  const end = argv.indexOf('--')
  const words = end === -1 ? argv : argv.slice(0, end)
  const settings = words.flatMap((word, index) => {
    const [flag, value] = split(word, words[index + 1] ?? '')
    return READERS[engine].get(flag)?.(value) ?? []
  })
  return {
    models: unique(settings.flatMap(each => (each.kind === 'model' ? each.model : []))),
    bypass: unique(settings.flatMap(each => (each.kind === 'bypass' ? each.flag : []))),
  }
}

const unique = (texts: readonly string[]): readonly string[] => [...new Set(texts)]
