/**
 * Finds an agent's program on the host. A session without a login shell misses its PATH, so that
 * shell is asked for it; then come the places where installers put programs.
 */
import { constants } from 'node:fs'
import { access, readdir, realpath } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { basename, delimiter, dirname, join } from 'node:path'
import { runCommand } from '../../../adapters/command.ts'
import { expandGlob, expandHome } from '../../../adapters/glob.ts'

const PLACES = [
  '~/.local/bin',
  '~/.npm-global/bin',
  '~/.nvm/versions/node/*/bin',
  '~/.local/share/fnm/node-versions/*/installation/bin',
  '~/.local/share/mise/installs/node/*/bin',
  '~/.volta/bin',
  '~/.bun/bin',
  '/usr/local/bin',
  '/opt/*/bin',
]

export interface FoundProgram {
  path: string | null
  /** For a person: where it was looked for. */
  looked: string
}

/** The PATH of the user's login shell; ours when that shell does not answer. */
export async function loginPath(env: NodeJS.ProcessEnv): Promise<string> {
  const shell = env['SHELL'] ?? userInfo().shell ?? 'sh'
  const asked = await runCommand(shell, ['-lc', 'printenv PATH'], { env })
  // Start-up files may talk before it.
  const last = asked.kind === 'exited' ? asked.stdout.trim().split('\n').at(-1) : ''
  return last?.includes('/') ? last : (env['PATH'] ?? '/usr/bin:/bin')
}

/** `wanted` is a path that the profile names, or null. */
export async function findProgram(
  name: string,
  wanted: string | null,
  { path, home }: { path: string; home: string },
): Promise<FoundProgram> {
  if (wanted !== null) {
    const here = expandHome(wanted, home)
    return { path: (await isProgram(here)) ? await nativeOf(here) : null, looked: here }
  }
  const places = await Promise.all(PLACES.map(place => expandGlob(expandHome(place, home))))
  const directories = [...path.split(delimiter), ...places.flatMap(({ paths }) => paths)]
  const looked = `its login PATH (${path}) and ${PLACES.join(', ')}`
  for (const directory of directories) {
    const candidate = join(directory, name)
    if (directory.startsWith('/') && (await isProgram(candidate))) {
      return { path: await nativeOf(candidate), looked }
    }
  }
  return { path: null, looked }
}

const isProgram = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  )

interface Wrapper {
  scope: string
  package: string
  /** Where the package of a platform may hold the native program. */
  natives(platformPackage: string): Promise<string[]>
}

/** Programs of npm that are not the agent itself, by file name. */
const WRAPPERS = new Map<string, Wrapper>([
  // It starts the native program, and a signal to it would miss the agent.
  ['codex.js', { scope: '@openai', package: 'codex', natives: vendored }],
  // It is a stub where npm ran no scripts, and else a second name of the native program.
  [
    'claude.exe',
    {
      scope: '@anthropic-ai',
      package: 'claude-code',
      natives: async platform => [join(platform, 'claude')],
    },
  ],
])

async function vendored(platform: string): Promise<string[]> {
  const vendor = join(platform, 'vendor')
  const targets = await readdir(vendor).catch(() => [])
  return targets.map(target => join(vendor, target, 'bin', 'codex'))
}

async function nativeOf(found: string): Promise<string> {
  const real = await realpath(found)
  const wrapper = WRAPPERS.get(basename(real))
  if (!wrapper) return real
  const own = dirname(dirname(real))
  const platform = `${wrapper.package}-${process.platform}-${process.arch}`
  const roots = [
    join(dirname(own), platform),
    join(own, 'node_modules', wrapper.scope, platform),
    own,
  ]
  for (const root of roots) {
    for (const native of await wrapper.natives(root)) if (await isProgram(native)) return native
  }
  return real
}
