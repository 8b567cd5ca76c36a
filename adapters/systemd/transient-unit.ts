/**
 * The words for systemd-run that make a service of the user's own: one unit, one cgroup, which is
 * gone when its main process ends. Values of the environment are never among them.
 */

export interface TransientUnit {
  /** Ends in `.service`. */
  name: string
  /** For those who list units. */
  description: string
  argv: readonly string[]
  cwd: string
  stdin: string
  /** Files that are appended to. */
  stdout: string
  stderr: string
  /** Variables that systemd-run finds in its own environment. */
  variables: readonly string[]
}

/** How long what is left in the cgroup has to end by itself once the main process is gone. */
const STOP_WITHIN = '10s'

export const transientWords = (unit: TransientUnit): string[] => [
  '--user',
  '--quiet',
  // A failed one would keep its name.
  '--collect',
  `--unit=${unit.name}`,
  `--description=${unit.description}`,
  ...PROPERTIES.map(property => `--property=${property}`),
  `--property=WorkingDirectory=${unit.cwd}`,
  `--property=StandardInput=file:${unit.stdin}`,
  `--property=StandardOutput=append:${unit.stdout}`,
  `--property=StandardError=append:${unit.stderr}`,
  ...unit.variables.map(name => `--setenv=${name}`),
  '--',
  ...unit.argv.map(withoutExpansion),
]

const PROPERTIES = [
  // systemd-run then answers once the program was started, or could not be.
  'Type=exec',
  'KillSignal=SIGINT',
  `TimeoutStopSec=${STOP_WITHIN}`,
  'SendSIGKILL=yes',
  // As outside of a unit: pipes of shell commands end so.
  'IgnoreSIGPIPE=no',
  // A compiler that the kernel ends for its memory is no reason to end the agent.
  'OOMPolicy=continue',
]

/** systemd puts variables into the words of a command; `$$` is a plain dollar. */
const withoutExpansion = (word: string): string => word.replaceAll('$', '$$$$')

/**
 * The variables that a unit can be given. What a shell exports beside them, like functions, has
 * names or control characters that systemd refuses.
 */
export const variablesFor = (env: NodeJS.ProcessEnv): string[] =>
  Object.entries(env).flatMap(([name, value]) =>
    value !== undefined && /^[A-Za-z_]\w*$/.test(name) && isPlain(value) ? [name] : [],
  )

const isPlain = (value: string): boolean => !/\p{Cc}/u.test(value.replaceAll(/[\n\t]/g, ''))
