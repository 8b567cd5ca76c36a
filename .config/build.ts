/** Bundles the program and the probe into dist/. Run by `npm run build` on the pinned Node. */
import { createHash } from 'node:crypto'
import { chmod, copyFile, glob, mkdir, readFile, rm } from 'node:fs/promises'
import { type BuildOptions, build } from 'esbuild'
import { lineOutput } from './line-output.ts'

const root = new URL('..', import.meta.url).pathname
const { version } = JSON.parse(await readFile(`${root}package.json`, 'utf8')) as { version: string }

/** Names the sources: a hub of another build is told apart although the version is the same. */
async function buildId(): Promise<string> {
  const files = await Array.fromAsync(
    glob('{src,state,adapters,views,keymaps}/**/*.{ts,tsx}', { cwd: root }),
  )
  const hash = createHash('sha256')
  for (const file of files.toSorted()) hash.update(await readFile(`${root}${file}`))
  return hash.digest('hex').slice(0, 8)
}

/** CommonJS dependencies inside an ES module bundle still use what only CommonJS has. */
const COMMONJS = [
  "import { createRequire as __createRequire } from 'node:module'",
  "import { dirname as __dirnameOf } from 'node:path'",
  "import { fileURLToPath as __toPath } from 'node:url'",
  'const require = __createRequire(import.meta.url)',
  'const __filename = __toPath(import.meta.url)',
  'const __dirname = __dirnameOf(__filename)',
].join('\n')

const shared: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node22',
  legalComments: 'none',
  logLevel: 'warning',
  define: {
    'process.env.NODE_ENV': '"production"',
    'process.env.DOCKMASTER_VERSION': JSON.stringify(`${version}+${await buildId()}`),
  },
  // ssh2's native parts are optional: it falls back to node:crypto at the same speed.
  external: ['*.node', 'cpu-features', 'better-sqlite3', 'node-pty'],
}

await rm(`${root}dist`, { recursive: true, force: true })
await mkdir(`${root}dist`)
await Promise.all([
  build({
    ...shared,
    entryPoints: { main: 'src/main.ts', cli: 'src/cli.ts' },
    outdir: 'dist',
    format: 'esm',
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    alias: {
      'react-devtools-core': './.config/absent.ts',
      '@grpc/grpc-js': './.config/absent.ts',
      '@grpc/proto-loader': './.config/absent.ts',
      'string-width': './.config/string-width.ts',
    },
    banner: { js: COMMONJS },
    plugins: [lineOutput],
  }),
  // The probe is one CommonJS text: it is piped into whatever node (>= 18) the host has.
  build({
    ...shared,
    entryPoints: ['src/probe/main.ts'],
    outfile: 'dist/probe.cjs',
    format: 'cjs',
    target: 'node18',
    minify: true,
  }),
  // What the practice factory's GitHub answers is held to the published schema.
  copyFile(
    `${root}node_modules/@octokit/graphql-schema/schema.graphql`,
    `${root}dist/github.graphql`,
  ),
])
await chmod(`${root}dist/main.js`, 0o755)
