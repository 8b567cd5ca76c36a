#!/usr/bin/env node
/** The entry: an old node gets one plain line, not a syntax error. */
const major = Number(process.versions.node.split('.')[0])
if (major < 22) {
  process.stderr.write(
    `dockmaster needs Node 22 or newer and this is ${process.versions.node}: install a newer one, or put it first in PATH\n`,
  )
  process.exitCode = 1
} else {
  const { main } = await import('./cli.ts')
  await main(process.argv)
}
