/** The console and the programs of its class that it stands beside. */
import type { Operator } from '../parts/operator.ts'
import { lackOf } from '../parts/programs.ts'

export interface Program {
  readonly name: string
  readonly command: readonly [string, ...string[]]
  readonly env: NodeJS.ProcessEnv
  /** What it has written when its first picture is whole. */
  readonly first: RegExp
  /** What stands on the screen once it shows what it is for. */
  readonly shown: RegExp
  /** Moves the cursor of its list down. */
  readonly down: string
  /** What the answer to that contains. */
  readonly answer: RegExp
  readonly quit: string
}

const ARROW_DOWN = '\u001b[B'
const ANYTHING = /./s
/** Ink ends a frame so. */
const END_OF_FRAME = '\\u001b\\[\\?2026l'
/** The selected row alone is inverted: a frame that holds it is the answer to a key. */
const INVERTED = '\\u001b\\[7m'

export const consoleProgram = (operator: Operator, profile: string): Program => ({
  name: 'dockmaster',
  command: [process.execPath, ...operator.command(profile)],
  env: operator.env,
  first: new RegExp(END_OF_FRAME),
  shown: /lane-\d+/,
  down: 'j',
  answer: new RegExp(`${INVERTED}.*${END_OF_FRAME}`, 's'),
  quit: 'q',
})

const PEERS = [
  { name: 'htop', command: ['htop'], first: /PID/, shown: /PID/ },
  { name: 'btop', command: ['btop', '--utf-force'], first: /node/, shown: /node/ },
] as const

/** Those that are here, and why the others are not. Their own repaints may pass for an answer. */
export const peers = (env: NodeJS.ProcessEnv): { programs: Program[]; missing: string[] } => ({
  programs: PEERS.filter(({ name }) => lackOf(name) === null).map(peer => ({
    ...peer,
    env,
    down: ARROW_DOWN,
    answer: ANYTHING,
    quit: 'q',
  })),
  missing: PEERS.flatMap(({ name }) => lackOf(name) ?? []),
})
