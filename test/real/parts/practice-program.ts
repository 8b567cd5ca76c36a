/** The program with its practice commands alone, run from source by the tests. */
import { Command } from 'commander'
import { CommandFault } from '../../../src/commands/context.ts'
import { register } from '../../../src/commands/practice.ts'
import { findPaths } from '../../../src/profile/paths.ts'

const program = new Command()
register(program, {
  env: process.env,
  paths: findPaths(process.env),
  version: 'test',
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  say: line => {
    process.stderr.write(`${line}\n`)
  },
  program: process.argv[1] ?? '',
})
try {
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof CommandFault)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = error.exitCode
}
