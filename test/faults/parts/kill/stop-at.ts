/**
 * Preloaded into a probe: its every step on the host passes here, and at one of them it stands
 * still until the test has struck. What is a step: a file made, moved or removed, a program
 * started, a signal sent. The product knows nothing of this.
 */
import childProcess from 'node:child_process'
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

/** `issued`: it was asked of the kernel, or the program was started; its end was not waited for. */
export const MOMENTS = ['before', 'issued', 'after'] as const
export type Moment = (typeof MOMENTS)[number]

export interface StopAt {
  /** From 1; 0 stops nowhere, and tells of every step instead. */
  step: number
  moment: Moment
  /** Only what has this in its words is counted: a probe with collectors does much else. */
  of: string
  /** Where it says that it stands: a line with the step's name and its pid. A descriptor, or a file. */
  say: number | string
  /** What it then reads one byte of: a descriptor, or a fifo. */
  wait: number | string
}

const wanted = JSON.parse(process.env['STOP_AT'] ?? 'null') as StopAt | null
// What it starts is not preloaded, and knows nothing of it.
delete process.env['STOP_AT']

const opened = (file: number | string, flags: string) =>
  typeof file === 'number' ? file : fs.openSync(file, flags)

if (wanted !== null) {
  const { openSync: _, writeSync, readSync } = fs
  let count = 0
  const stand = (name: string) => {
    writeSync(opened(wanted.say, 'a'), `${name} ${process.pid}\n`)
    if (wanted.step > 0) readSync(opened(wanted.wait, 'r'), Buffer.alloc(1))
  }
  const step = <T>(name: string, act: () => T): T => {
    count += 1
    const isHere = (moment: Moment) => count === wanted.step && wanted.moment === moment
    if (wanted.step === 0 || isHere('before')) stand(name)
    const isAfter = isHere('after')
    const came = act()
    if (isHere('issued')) stand(name)
    if (!isAfter) return came
    if (!(came instanceof Promise)) {
      stand(name)
      return came
    }
    return came.finally(() => stand(name)) as T
  }
  type Call = (...args: never[]) => unknown
  const watch = (
    owner: object,
    method: string,
    isStep: (args: unknown[]) => boolean = () => true,
  ) => {
    const owned = owner as Record<string, Call>
    const real = owned[method] as Call
    owned[method] = (...args) =>
      isStep(args) && [method, ...args].join(' ').includes(wanted.of)
        ? step(`${method} ${told(args[0])}`, () => real.apply(owner, args))
        : real.apply(owner, args)
  }
  const told = (first: unknown) => String(first).split('/').at(-1)
  for (const name of ['mkdir', 'link', 'rename', 'rm', 'writeFile']) watch(fs.promises, name)
  const { open } = fs.promises
  fs.promises.open = async (...args) => {
    const file = await open(...args)
    // What is only read is no step.
    if (args[1] !== 'r') watch(file, 'writeFile')
    return file
  }
  watch(childProcess, 'spawn')
  watch(childProcess, 'execFile')
  watch(process, 'kill')
  syncBuiltinESMExports()
}
