/** How lanes behave: scripts drawn from the seed, one a character. */
import type { Random } from '../random.ts'
import type { Beat } from './beat.ts'

export const CHARACTERS = [
  'steady',
  'finisher',
  'thinker',
  'stalled',
  'quota',
  'noop',
  'crasher',
  'claimer',
  'stumbler',
  'auth',
] as const
export type Character = (typeof CHARACTERS)[number]

/** How often a later lane is of a character. */
const WEIGHTS: Record<Character, number> = {
  steady: 6,
  finisher: 6,
  thinker: 2,
  stalled: 1,
  quota: 1,
  noop: 1,
  crasher: 1,
  claimer: 2,
  stumbler: 2,
  auth: 1,
}

/** Those that end by themselves at once: at the factory's start they hurry, to be seen ended. */
const SHORT: readonly Character[] = ['quota', 'noop', 'crasher', 'claimer', 'auth']

/** The first lanes show one of each; the later ones come as they come. */
export function characterOf(random: Random, seat: number, generation: number): Character {
  if (generation === 0) return CHARACTERS[seat % CHARACTERS.length] ?? 'steady'
  const bag = CHARACTERS.flatMap(name => Array<Character>(WEIGHTS[name]).fill(name))
  return random.pick(bag)
}

export const tempoOf = (character: Character, generation: number): number =>
  generation === 0 && SHORT.includes(character) ? 0.05 : 1

const LOOKS = [
  'git status --short',
  'ls src | head -n 5',
  'git log --oneline -n 3',
  'wc -l src/*.ts | tail -n 1',
  'grep -rn "TODO" src docs | head -n 3; true',
  './check.sh',
] as const

const push: Beat[] = [{ kind: 'command', command: 'git push -q origin HEAD' }]
const end = (text: string): Beat[] => [{ kind: 'say', text }, { kind: 'complete' }]

/** The script of a lane that works on `topic`. */
export function scriptOf(character: Character, random: Random, topic: string): Beat[] {
  const subject = topic.replaceAll('-', ' ')
  const path = `src/${topic}.ts`
  const constant = topic.replaceAll('-', '_')

  const opening: Beat[] = [
    { kind: 'reason', text: `**Planning** I will read the ${subject} module before I change it.` },
    { kind: 'say', text: `Looking at ${path}.` },
    { kind: 'command', command: `head -n 5 ${path}` },
  ]
  const looking = (count: number): Beat[] =>
    Array.from({ length: count }, (): Beat[] => {
      const command: Beat = { kind: 'command', command: random.pick(LOOKS) }
      if (!random.chance(0.4)) return [command]
      return [
        { kind: 'reason', text: `**Checking** What does the ${subject} still need?` },
        command,
      ]
    }).flat()
  const change = (): Beat[] => [
    {
      kind: 'edit',
      path,
      text: `export const ${constant}_${random.hex(6)} = ${random.int(1, 99)}\n`,
    },
    {
      kind: 'command',
      command: `git add -A && git commit -qm "Extend ${subject}" && git log --oneline -n 1`,
    },
  ]
  const work = (rounds: number): Beat[] =>
    Array.from({ length: rounds }, () => [...looking(random.int(2, 5)), ...change()]).flat()

  const scripts: Record<Character, () => Beat[]> = {
    steady: () => [
      ...opening,
      ...work(random.int(6, 14)),
      ...push,
      ...end(`Pushed the ${subject}.`),
    ],
    finisher: () => [
      ...opening,
      ...work(random.int(2, 4)),
      { kind: 'command', command: './check.sh' },
      ...push,
      { kind: 'pull', title: `Extend ${subject}` },
      ...end(`Opened a pull request for the ${subject}.`),
    ],
    thinker: () => [
      ...opening,
      ...[1, 2, 3].flatMap((): Beat[] => [
        { kind: 'reason', text: `**Weighing** Two ways lead to a better ${subject}.` },
        { kind: 'hold', ms: random.int(60_000, 150_000) },
        ...looking(2),
      ]),
      ...change(),
      ...end(`Changed the ${subject}; not pushed yet.`),
    ],
    stalled: () => [
      ...opening,
      ...looking(1),
      ...Array.from({ length: random.int(5, 9) }, (): Beat[] => [
        { kind: 'reconnect' },
        { kind: 'hold', ms: 60_000 },
      ]).flat(),
      ...work(1),
      ...end(`The network came back; the ${subject} is changed.`),
    ],
    quota: () => [...opening, ...looking(1), { kind: 'fail', cause: 'quota' }],
    noop: () => end(`The ${subject} needs nothing.`),
    crasher: () => [...opening, { kind: 'killed', command: './check.sh' }],
    claimer: () => [...opening, ...looking(2), ...end(`Done: the ${subject} is fixed and tested.`)],
    stumbler: () => [
      ...opening,
      { kind: 'command', command: `ls ${constant}/fixtures; exit 3` },
      { kind: 'say', text: 'The command failed with exit 3; there are no fixtures.' },
      ...work(random.int(1, 3)),
      ...end(`The ${subject} is committed here.`),
    ],
    auth: () => [{ kind: 'reconnect' }, { kind: 'fail', cause: 'auth' }],
  }
  return scripts[character]()
}
