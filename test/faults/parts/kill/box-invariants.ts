/** What must hold of boxes, by the engine's own word. */
import type { BoxSeen } from '../../../../adapters/box.ts'
import { leftoverOf } from '../../../../src/policy/box-leftover.ts'
import type { FactoryBoxes } from './factory.ts'

/** A launch needs a moment between making and starting: what stands for longer is left over. */
const LATER_MS = 120_000

/** No box starts twice; one is left only when it was made late, and is shown as left over. */
export async function breachesOfBoxes(
  { host, started }: FactoryBoxes,
  { stems, loose }: { stems: readonly string[]; loose: ReadonlySet<string> },
): Promise<string[]> {
  const isOf = (name: string) =>
    stems.some(stem => name.replace(/-[0-9a-f-]{13}$/, '') === `dockmaster-${stem}`)
  const twice = [...Map.groupBy(started(), name => name)]
    .filter(([name, times]) => isOf(name) && times.length > 1)
    .map(([name]) => `box ${name} started twice`)
  const there = (await host.list()).filter(({ name }) => isOf(name))
  const left = there.filter(box => !isRunning(box))
  const kept = left.filter(({ name }) => !loose.has(name))
  const unlisted = left.filter(box => leftoverOf(box, later()) === null)
  return [
    ...twice,
    ...kept.map(({ name, state }) => `${name} is ${state}, and was not made late`),
    ...unlisted.map(({ name, state }) => `${name} is ${state} and not listed`),
  ]
}

const isRunning = ({ state }: BoxSeen) => state === 'running'
const later = () => Date.now() + LATER_MS
