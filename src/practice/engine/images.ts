/** The images on the practice host, and the box profiles that name them. Constant, as pins are. */
import { createHash } from 'node:crypto'

const digestOf = (text: string): string =>
  `sha256:${createHash('sha256').update(text).digest('hex')}`

export interface PracticeImage {
  name: string
  id: string
  /** Bytes, as the engine tells them. */
  size: number
  ageMs: number
  base: string
}

const DAY = 86_400_000

const LANE: PracticeImage = {
  name: 'tidewater/lane:7',
  id: digestOf('tidewater/lane:7'),
  size: 412_000_000,
  ageMs: 9 * DAY,
  base: digestOf('base:12'),
}

/** Somebody built it anew, and the profile still pins the one before. */
const NIGHTLY: PracticeImage = {
  name: 'tidewater/nightly:3',
  id: digestOf('tidewater/nightly:3, built again'),
  size: 655_000_000,
  ageMs: 2 * DAY,
  base: digestOf('base:11'),
}

export const IMAGES: readonly PracticeImage[] = [LANE, NIGHTLY]

const MOUNTS = [
  { kind: 'transcripts', source: '~/.codex/sessions', mode: 'rw' },
  { kind: 'transcripts', source: '~/.claude/projects', mode: 'rw' },
]

/** As they stand in a profile. */
export const BOXES = {
  work: { image: `${LANE.name}@${LANE.id}`, network: 'host', mounts: MOUNTS },
  nightly: {
    image: `${NIGHTLY.name}@${digestOf('tidewater/nightly:3')}`,
    network: 'none',
    mounts: MOUNTS,
  },
}

/**
 * The same for whoever runs the factory. No box may run as root, so that root's name another user;
 * the engine, whose boxes are plain processes, runs them as the factory's own all the same.
 */
export const boxesFor = (uid: number | undefined): Record<keyof typeof BOXES, object> =>
  uid === 0
    ? { work: { ...BOXES.work, user: NOBODY }, nightly: { ...BOXES.nightly, user: NOBODY } }
    : BOXES

const NOBODY = '65534:65534'

/** The profile that lanes of the factory itself run under. */
export const LANE_BOX = { profile: 'work', image: LANE.id } as const
