/** What stands on the practice engine from its first hour: a lane in a box, and a box that was left. */
import { LABELS } from '../../../adapters/box.ts'
import { type Containers, newContainers } from './containers.ts'
import { type Execs, newExecs } from './execs.ts'
import { LANE_BOX } from './images.ts'

const labelsOf = (lane: string) => ({
  [LABELS.lane]: lane,
  [LABELS.stem]: lane,
  [LABELS.profile]: LANE_BOX.profile,
})

const HOUR = 3_600_000
const LEFT = { lane: 'split-fuel-meter-0', ageMs: 26 * HOUR, exit: 137 }

const planOf = (lane: string) => ({
  name: `dockmaster-${lane}`,
  image: LANE_BOX.image,
  labels: labelsOf(lane),
  argv: ['codex'],
  cwd: '/',
  env: {},
})

export interface PracticeBoxes {
  readonly containers: Containers
  readonly execs: Execs
  /** One lane of the factory at a time is shown in a box, while its process lives. */
  lane(name: string, pid: number): { ended(): void }
}

export function practiceBoxes(now: () => number, path: string): PracticeBoxes {
  const containers = newContainers(now, path)
  containers.leave(planOf(LEFT.lane), { createdAt: now() - LEFT.ageMs, exit: LEFT.exit })
  let inBox: string | null = null
  return {
    containers,
    execs: newExecs(containers, path),
    lane: (name, pid) => {
      if (inBox !== null) return { ended: () => undefined }
      inBox = name
      const { ended } = containers.adopt(planOf(name), pid)
      return {
        ended: () => {
          inBox = null
          ended(0)
        },
      }
    },
  }
}
