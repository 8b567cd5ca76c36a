/** What we can sign in with: keys of the agent and key files that have no passphrase. */
import { readFile } from 'node:fs/promises'
import ssh2, {
  type AgentAuthMethod,
  type IdentityCallback,
  type ParsedKey,
  type PublicKeyAuthMethod,
} from 'ssh2'
import type { HostConfig } from './config-dump.ts'

// Node finds only some of this CommonJS module's names by itself.
const { OpenSSHAgent, utils } = ssh2

export interface SignIn {
  /** In the order in which they are offered. */
  methods: (AgentAuthMethod | PublicKeyAuthMethod)[]
  /** What could not be offered and why: shown when the host refuses the rest. */
  notes: string[]
}

/** A hung agent must not hang the console. */
const AGENT_MS = 5_000

type KeyFile =
  | { kind: 'usable'; path: string; key: ParsedKey }
  /** Its public half, when known, so that the agent's key of it is offered first. */
  | { kind: 'public'; path: string; key: ParsedKey | null; note: string }

/** Reads the agent's list and the key files, in OpenSSH's order: named keys before the others. */
export async function prepareSignIn(host: HostConfig): Promise<SignIn> {
  const read = await Promise.all(host.identityFiles.map(readKeyFile))
  const files = read.filter(file => file !== null)
  const agent = host.agentSocket === null ? null : await askAgent(host.agentSocket)
  const named = new Set(files.map(file => blobOf(file.key)))
  const held = Array.isArray(agent) ? agent : []
  const first = held.filter(key => named.has(blobOf(key)))
  const rest = host.identitiesOnly ? [] : held.filter(key => !named.has(blobOf(key)))
  const offered = [...first, ...rest]
  const inAgent = new Set(offered.map(blobOf))
  const { user: username, agentSocket } = host
  const methods: SignIn['methods'] = []
  if (agentSocket !== null && offered.length > 0) {
    methods.push({ type: 'agent', username, agent: new ChosenKeys(agentSocket, offered) })
  }
  for (const file of files) {
    if (file.kind === 'usable' && !inAgent.has(blobOf(file.key))) {
      methods.push({ type: 'publickey', username, key: file.key })
    }
  }
  const locked = files.filter(file => file.kind === 'public' && !inAgent.has(blobOf(file.key)))
  return {
    methods,
    notes: [
      ...(typeof agent === 'string' ? [agent] : []),
      ...locked.map(file => (file.kind === 'public' ? file.note : '')),
      ...host.certificateFiles.map(
        path => `${path}: certificates are not supported, only plain keys`,
      ),
    ],
  }
}

const blobOf = (key: ParsedKey | null): string => key?.getPublicSSH().toString('base64') ?? ''

async function readKeyFile(path: string): Promise<KeyFile | null> {
  const text = await readText(path)
  const publicText = await readText(path.endsWith('.pub') ? path : `${path}.pub`)
  if (text instanceof Error) {
    const missing = (text as NodeJS.ErrnoException).code === 'ENOENT'
    return missing && publicText instanceof Error
      ? null
      : offAgent(path, publicText, whyUnread(text))
  }
  const key = parse(text)
  if (key instanceof Error) return offAgent(path, publicText, whyUnparsed(key, text))
  if (!key.isPrivateKey())
    return offAgent(path, text, 'only its public half is here: ssh-add the key')
  return { kind: 'usable', path, key }
}

function offAgent(path: string, publicText: string | Error, why: string): KeyFile {
  const key = publicText instanceof Error ? publicText : parse(publicText)
  const fido = !(publicText instanceof Error) && publicText.startsWith('sk-')
  return {
    kind: 'public',
    path,
    key: key instanceof Error ? null : key,
    note: `${path}: ${fido ? FIDO : why}`,
  }
}

const FIDO = 'FIDO (sk-) keys are not supported: name a plain key for this host'

const whyUnread = (error: Error) => `it cannot be read (${error.message})`

function whyUnparsed(error: Error, text: string): string {
  if (/encrypted/i.test(error.message) || /^Proc-Type: 4,ENCRYPTED/m.test(text)) {
    return 'it has a passphrase: load it into the agent with ssh-add'
  }
  return /unsupported/i.test(error.message)
    ? FIDO
    : `it is no key that can be used (${error.message})`
}

/** The types promise one key; the parser may give a list of them. */
function parse(text: string): ParsedKey | Error {
  const parsed: ParsedKey | ParsedKey[] | Error = utils.parseKey(text)
  return Array.isArray(parsed) ? (parsed[0] ?? new Error('it holds no key')) : parsed
}

const readText = (path: string): Promise<string | Error> =>
  readFile(path, 'utf8').catch((error: Error) => error)

/** The agent's keys, or what is wrong with it. */
function askAgent(socket: string): Promise<ParsedKey[] | string> {
  return new Promise(resolve => {
    const timer = setTimeout(() => resolve(`the agent at ${socket} does not answer`), AGENT_MS)
    new OpenSSHAgent(socket).getIdentities((error, listed = []) => {
      clearTimeout(timer)
      // The types allow other shapes; an OpenSSH agent's answer is parsed already.
      const keys = listed as ParsedKey[]
      if (error) resolve(`the agent at ${socket} cannot be asked (${error.message})`)
      else resolve(keys.length > 0 ? keys : `the agent at ${socket} holds no usable key`)
    })
  })
}

/** The agent, of which only some keys are offered, in a chosen order. */
class ChosenKeys extends OpenSSHAgent {
  readonly #keys: ParsedKey[]
  constructor(socket: string, keys: ParsedKey[]) {
    super(socket)
    this.#keys = keys
  }
  override getIdentities(callback: IdentityCallback<ParsedKey>): void {
    callback(null, this.#keys)
  }
}
