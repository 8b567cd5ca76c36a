/** What must hold of boxes, by the engine's own word. */
import type { BoxSeen } from '../../../../adapters/box.ts'
import { leftoverOf } from '../../../../src/policy/box-leftover.ts'
import type { FactoryBoxes } from './factory.ts'

/** A launch needs a moment between making and starting: what stands for longer is left over. */
const LATER_MS = 120_000

/** No box starts twice; one that is left is shown to the operator as left over. */
export async function breachesOfBoxes(
  { host, started }: FactoryBoxes,
  stems: readonly string[],
): Promise<string[]> {
  const isOf = (name: string) =>
    stems.some(stem => name.replace(/-[0-9a-f-]{13}$/, '') === `dockmaster-${stem}`)
  const twice = [...Map.groupBy(started(), name => name)]
    .filter(([name, times]) => isOf(name) && times.length > 1)
    .map(([name]) => `box ${name} started twice`)
  const there = (await host.list()).filter(({ name }) => isOf(name))
  const unlisted = there.filter(box => !isRunning(box) && leftoverOf(box, later()) === null)
  return [...twice, ...unlisted.map(({ name, state }) => `${name} is ${state} and not listed`)]
}

const isRunning = ({ state }: BoxSeen) => state === 'running'
const later = () => Date.now() + LATER_MS
