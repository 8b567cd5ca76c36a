/** Reads what `ssh -G` prints (OpenSSH 8 to 10): one `keyword value` a line, keywords in lower case. */
import { homedir, hostname as localHostname, userInfo } from 'node:os'

export type StrictHostKeyChecking = 'yes' | 'ask'

/** One host as the user's ssh configuration describes it, with every path made whole. */
export interface HostConfig {
  user: string
  hostname: string
  port: number
  identityFiles: string[]
  /** Socket of the agent; null when there is none or it is turned off. */
  agentSocket: string | null
  identitiesOnly: boolean
  certificateFiles: string[]
  /** The hops as configured, first hop first; null when it is reached straight. */
  proxyJump: string | null
  proxyCommand: string | null
  userKnownHostsFiles: string[]
  globalKnownHostsFiles: string[]
  hostKeyAlias: string | null
  /** `ask` stands for every value but `yes`: nothing here turns the question off. */
  strictHostKeyChecking: StrictHostKeyChecking
  hashKnownHosts: boolean
  hostKeyAlgorithms: string[]
  connectTimeoutMs: number | null
}

type Values = ReadonlyMap<string, readonly string[]>

export function parseConfigDump(
  text: string,
  original: string,
  env: NodeJS.ProcessEnv,
): HostConfig {
  const values = readLines(text)
  const one = (key: string) => given(values.get(key)?.[0])
  const hostname = one('hostname') ?? original
  const port = Number(one('port') ?? 22)
  const user = one('user') ?? userInfo().username
  const hostKeyAlias = one('hostkeyalias')
  const path = newPathReader({ hostname, port, user, original, alias: hostKeyAlias ?? original })
  const paths = (key: string) => (values.get(key) ?? []).filter(isGiven).map(path)
  const files = (key: string) => splitPaths(one(key) ?? '').map(path)
  const seconds = Number(one('connecttimeout'))
  return {
    user,
    hostname,
    port,
    identityFiles: paths('identityfile'),
    agentSocket: agentSocket(values.get('identityagent')?.[0], path, env),
    identitiesOnly: one('identitiesonly') === 'yes',
    certificateFiles: paths('certificatefile'),
    proxyJump: one('proxyjump'),
    proxyCommand: one('proxycommand'),
    userKnownHostsFiles: files('userknownhostsfile'),
    globalKnownHostsFiles: files('globalknownhostsfile'),
    hostKeyAlias,
    strictHostKeyChecking: ['yes', 'true'].includes(one('stricthostkeychecking') ?? '')
      ? 'yes'
      : 'ask',
    hashKnownHosts: one('hashknownhosts') === 'yes',
    hostKeyAlgorithms: (one('hostkeyalgorithms') ?? '').split(',').filter(Boolean),
    connectTimeoutMs: seconds > 0 ? seconds * 1000 : null,
  }
}

function readLines(text: string): Values {
  const values = new Map<string, string[]>()
  for (const line of text.split('\n')) {
    const space = line.indexOf(' ')
    if (space < 1) continue
    const key = line.slice(0, space).toLowerCase()
    values.set(key, [...(values.get(key) ?? []), line.slice(space + 1).trim()])
  }
  return values
}

const isGiven = (value: string) => value !== '' && value.toLowerCase() !== 'none'
const given = (value: string | undefined) => (value !== undefined && isGiven(value) ? value : null)

/** ssh prints a list of paths unquoted: a new one begins where `/` or `~` follows a space. */
const splitPaths = (text: string) => text.split(/\s+(?=[/~]|none$)/).filter(isGiven)

/** Expands `~/` and ssh's %-tokens (ssh_config(5), TOKENS); an unknown token stays. */
function newPathReader(host: {
  hostname: string
  port: number
  user: string
  original: string
  alias: string
}): (text: string) => string {
  const { username, homedir: home, uid } = userInfo()
  const [shortName = ''] = localHostname().split('.')
  const tokens: Record<string, string> = {
    '%': '%',
    d: home || homedir(),
    h: host.hostname,
    i: String(uid),
    k: host.alias,
    L: shortName,
    l: localHostname(),
    n: host.original,
    p: String(host.port),
    r: host.user,
    u: username,
  }
  return text =>
    text
      .replace(/^~(?=\/|$)/, () => home || homedir())
      .replaceAll(/%(.)/g, (whole, token: string) => tokens[token] ?? whole)
}

/** IdentityAgent: a path, `none`, `SSH_AUTH_SOCK` or `$VARIABLE`; the environment's when unset. */
function agentSocket(
  value: string | undefined,
  path: (text: string) => string,
  env: NodeJS.ProcessEnv,
): string | null {
  if (value === undefined || value === 'SSH_AUTH_SOCK') return env['SSH_AUTH_SOCK'] || null
  if (!isGiven(value)) return null
  if (value.startsWith('$')) return env[value.replace(/^\$\{?([^}]*)\}?$/, '$1')] || null
  return path(value)
}
