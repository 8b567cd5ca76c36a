/**
 * The past of the practice repositories, drawn from the seed: commits, open pull requests, and
 * pull requests that landed. Pure data; fast-import.ts makes it real. Commit dates are fixed, so
 * that the same seed gives the same SHAs; ages are counted back from the factory's start.
 */
import { LANE_ACCOUNT, MARSHAL_ACCOUNT, OWNER, PEOPLE, TOPICS, VERBS } from '../names.ts'
import type { Random } from '../random.ts'
import {
  addRow,
  BROKEN,
  CHECK_SCRIPT,
  changeLine,
  type Files,
  LIST,
  listText,
  moduleText,
  README,
} from './sources.ts'

/** What a pull request is made to be. Whether it is so is asked of git, never read from here. */
export type PullCharacter =
  | 'clean'
  /** The branch added rows to the list that it adds one to. */
  | 'dirty'
  /** So too, and the branch changed the very line that it changes. */
  | 'clashing'
  | 'red'
  | 'pending'
  | 'behind'
  | 'draft'
  | 'unreviewed'

export interface CommitPlan {
  mark: number
  branch: string
  parents: number[]
  author: string
  /** Unix seconds. */
  at: number
  message: string
  changes: { path: string; text: string; executable: boolean }[]
}

export interface PullPlan {
  number: number
  title: string
  author: string
  branch: string
  body?: string
  character: PullCharacter
  ageMs: number
  idleMs: number
}

export interface LandingPlan {
  number: number
  title: string
  author: string
  mergedBy: string
  mark: number
  ageMs: number
  openMs: number
}

/** The rules of the default branch. */
export interface Protection {
  /** A branch must hold the whole base before it may merge. */
  strict: boolean
  requiredChecks: boolean
  requiredReviews: number
}

export interface RepositoryPlan {
  owner: string
  name: string
  protection: Protection
  commits: CommitPlan[]
  pulls: PullPlan[]
  landings: LandingPlan[]
}

export const DEFAULT_BRANCH = 'main'

interface Kind {
  name: string
  protection: Protection
  firstNumber: number
  landings: number
  pulls: readonly PullCharacter[]
}

const of = (count: number, character: PullCharacter) => Array<PullCharacter>(count).fill(character)

const KINDS: readonly Kind[] = [
  {
    name: 'quay',
    protection: { strict: false, requiredChecks: false, requiredReviews: 0 },
    firstNumber: 128,
    landings: 4,
    pulls: [
      ...of(4, 'clean'),
      ...of(12, 'dirty'),
      ...of(2, 'clashing'),
      ...of(2, 'red'),
      'pending',
      'draft',
    ],
  },
  {
    name: 'beacon',
    protection: { strict: true, requiredChecks: true, requiredReviews: 1 },
    firstNumber: 41,
    landings: 2,
    pulls: ['clean', ...of(2, 'dirty'), 'clashing', 'red', ...of(2, 'behind'), 'unreviewed'],
  },
]

const HOUR = 3_600_000
/** Every history begins here: Monday, 2026-01-05 08:00 UTC, in seconds. */
const EPOCH = Date.UTC(2026, 0, 5, 8) / 1000
const OLDEST = 100 * HOUR
const NEWEST = 12 * 60_000
/** Time between two landings of one repository. */
const LANDING_EVERY = 1.1 * HOUR
const ORDINARY_COMMITS = 18
/** Lines that only a pull request and its rival on the base change. */
const RIVAL_LINE = 15

export const planRepositories = (random: Random): RepositoryPlan[] =>
  KINDS.map(kind => planRepository(kind, random.fork(kind.name)))

function planRepository(kind: Kind, random: Random): RepositoryPlan {
  const commits: CommitPlan[] = []
  const commit = (
    draft: Omit<CommitPlan, 'mark' | 'at' | 'changes'>,
    before: Files,
    after: Files,
  ) => {
    const mark = commits.length + 1
    const changes = [...after]
      .filter(([path, text]) => before.get(path) !== text)
      .map(([path, text]) => ({ path, text, executable: path.endsWith('.sh') }))
    commits.push({ ...draft, mark, at: EPOCH + mark * 1800 + random.int(0, 1500), changes })
    return mark
  }

  let files: Files = new Map()
  let tip = 0
  const advance = (message: string, after: Files) => {
    const parents = tip === 0 ? [] : [tip]
    const author = random.pick(PEOPLE)
    tip = commit({ branch: DEFAULT_BRANCH, parents, author, message }, files, after)
    files = after
  }

  const topics = random.shuffle(TOPICS)
  const modules = topics.map(topic => [`src/${topic}.ts`, moduleText(topic)] as const)
  advance(
    'Begin',
    new Map([
      ['README.md', README(kind.name)],
      ['check.sh', CHECK_SCRIPT],
      [LIST, listText(kind.name)],
      ...modules,
    ]),
  )
  for (let count = 0; count < ORDINARY_COMMITS; count += 1) {
    const topic = random.pick(topics)
    advance(subject(random, topic), changeLine(files, topic, random.int(2, 10), random.int(1, 999)))
  }

  const fork = { mark: tip, files }
  const clashing = kind.pulls.filter(character => character === 'clashing').length
  const rivals = topics.slice(0, clashing)
  for (const topic of rivals) {
    const title = `Tune ${topic}`
    advance(title, addRow(changeLine(files, topic, RIVAL_LINE, random.int(1, 499)), title))
  }

  const total = kind.pulls.length + kind.landings
  const numbers = Array.from({ length: total }, (_, index) => kind.firstNumber + index * 3)
  // A later number is a younger pull request: from days down to minutes.
  const ages = new Map(
    numbers.map((number, index) => [number, ageAt((index + random.next() * 0.8) / total)]),
  )
  const ageOf = (number: number) => ages.get(number) ?? HOUR
  const settled = numbers.filter(number => ageOf(number) > kind.landings * LANDING_EVERY)
  const landed = new Set(random.shuffle(settled).slice(0, kind.landings))

  const landings = numbers
    .filter(number => landed.has(number))
    .map((number, index): LandingPlan => {
      const topic = topics[clashing + index] ?? random.pick(topics)
      const title = subject(random, topic)
      const author = random.chance(0.7) ? LANE_ACCOUNT : random.pick(PEOPLE)
      const branch = `${author}/${number}-${topic}`
      const after = addRow(changeLine(files, topic, 12, number), title)
      const head = commit({ branch, parents: [tip], author, message: title }, files, after)
      const message = `Merge pull request #${number} from ${OWNER}/${branch}\n\n${title}`
      const merge = {
        branch: DEFAULT_BRANCH,
        parents: [tip, head],
        author: MARSHAL_ACCOUNT,
        message,
      }
      tip = commit(merge, files, after)
      files = after
      // The newest number landed last, and all of them within a working day.
      const ageMs = Math.round((kind.landings - index - random.next() * 0.8) * LANDING_EVERY)
      const openMs = ageOf(number) - ageMs
      return { number, title, author, mergedBy: MARSHAL_ACCOUNT, mark: tip, ageMs, openMs }
    })

  // What is old has had time to rot.
  const order = kind.pulls
    .map(character => ({ character, place: random.next() + (isOld(character) ? 0 : 0.6) }))
    .sort((a, b) => a.place - b.place)
  let rival = 0
  const pulls = numbers
    .filter(number => !landed.has(number))
    .map((number, index): PullPlan => {
      const character = order[index]?.character ?? 'clean'
      const from = isOld(character) ? fork : { mark: tip, files }
      const isRival = character === 'clashing'
      const topic = (isRival ? rivals[rival++] : topics[index]) ?? random.pick(topics)
      const title = subject(random, topic)
      const author = random.chance(0.7) ? LANE_ACCOUNT : random.pick(PEOPLE)
      const branch = `${author}/${number}-${topic}`
      const line = isRival ? RIVAL_LINE : 20 + (index % 8)
      const changed = changeLine(from.files, topic, line, 500 + number)
      const head = commit(
        { branch, parents: [from.mark], author, message: title },
        from.files,
        changed,
      )
      const listed = isListed(character) ? addRow(changed, title) : changed
      const extra = new Map(listed).set(`docs/${number}-${topic}.md`, note(random, title))
      if (character === 'red') extra.set(`${BROKEN}/${number}`, `${title}\n`)
      commit({ branch, parents: [head], author, message: `Describe ${topic}` }, changed, extra)
      const ageMs = ageOf(number)
      const idleMs = Math.round(ageMs * random.next() * 0.8)
      return { number, title, author, branch, character, ageMs, idleMs }
    })

  return { owner: OWNER, name: kind.name, protection: kind.protection, commits, pulls, landings }
}

/** Made before the base moved on. */
const isOld = (character: PullCharacter): boolean => isListed(character) || character === 'behind'

/** Adds a row to the list, as everything that landed did. */
const isListed = (character: PullCharacter): boolean =>
  character === 'dirty' || character === 'clashing'

/** Age in ms at `place` in [0, 1) from the oldest to the newest. */
const ageAt = (place: number): number => Math.round(OLDEST * (NEWEST / OLDEST) ** place)

function subject(random: Random, topic: string): string {
  const verb = random.pick(VERBS)
  return `${verb.charAt(0).toUpperCase()}${verb.slice(1)} ${topic.replaceAll('-', ' ')}`
}

const note = (random: Random, title: string): string =>
  `# ${title}\n\n${Array.from({ length: random.int(3, 30) }, (_, line) => `${line + 1}. step ${random.int(1, 99)}\n`).join('')}`
