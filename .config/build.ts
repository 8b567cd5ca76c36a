/** Bundles the program and the probe into dist/. Run by `npm run build` on the pinned Node. */
import { chmod, readFile, rm } from 'node:fs/promises'
import { type BuildOptions, build } from 'esbuild'

const root = new URL('..', import.meta.url).pathname
const { version } = JSON.parse(await readFile(`${root}package.json`, 'utf8')) as { version: string }

const shared: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node22',
  minify: true,
  keepNames: true,
  legalComments: 'none',
  logLevel: 'warning',
  define: {
    'process.env.NODE_ENV': '"production"',
    'process.env.DOCKMASTER_VERSION': JSON.stringify(version),
  },
  // ssh2's native parts are optional: it falls back to node:crypto at the same speed.
  external: ['*.node', 'cpu-features', 'better-sqlite3', 'node-pty'],
}

await rm(`${root}dist`, { recursive: true, force: true })
await Promise.all([
  build({
    ...shared,
    entryPoints: { main: 'src/main.ts', cli: 'src/cli.ts' },
    outdir: 'dist',
    format: 'esm',
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    alias: { 'react-devtools-core': './.config/absent.ts' },
    // CommonJS dependencies inside an ES module bundle still call require().
    banner: {
      js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);",
    },
  }),
  // The probe is one CommonJS text: it is piped into whatever node (>= 18) the host has.
  build({
    ...shared,
    entryPoints: ['src/probe/main.ts'],
    outfile: 'dist/probe.cjs',
    format: 'cjs',
    target: 'node18',
  }),
])
await chmod(`${root}dist/main.js`, 0o755)
