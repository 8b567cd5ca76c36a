/** What an agent does that was launched on the practice host: drawn from its brief. */
import type { Beat } from '../lanes/beat.ts'
import { TOPICS } from '../names.ts'
import type { Random } from '../random.ts'

export function errandOf(random: Random, brief: string): Beat[] {
  const topic = TOPICS.find(name => brief.includes(name)) ?? random.pick(TOPICS)
  const path = `src/${topic}.ts`
  const name = topic.replaceAll('-', '_')
  const subject = topic.replaceAll('-', ' ')
  const change = (): Beat[] => [
    { kind: 'edit', path, text: `export const ${name}_${random.hex(6)} = ${random.int(1, 99)}\n` },
    {
      kind: 'command',
      command: `git add -A && git commit -qm "Mend ${subject}" && git log --oneline -n 1`,
    },
  ]
  const rounds = Array.from({ length: random.int(1, 2) }, change).flat()
  return [
    { kind: 'reason', text: `**Planning** I read the ${subject} module before I change it.` },
    { kind: 'command', command: `head -n 5 ${path}` },
    { kind: 'say', text: `I change ${path}.` },
    ...rounds,
    { kind: 'command', command: './check.sh' },
    { kind: 'command', command: 'git push -q origin HEAD && git rev-parse --short HEAD' },
    { kind: 'say', text: `The ${subject} is mended and pushed.` },
    { kind: 'complete' },
  ]
}
