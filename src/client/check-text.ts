/** How the checks of a lane came out, in lines to read. Not cleaned: what they printed is the host's. */
import type { LaneChecked } from '../rpc/check-api.ts'

export function checkText(came: LaneChecked): string[] {
  switch (came.kind) {
    case 'refused':
      return came.problems.map(problem => `refused: ${problem}`)
    case 'unreachable':
      return [`nothing was done: ${came.message}`]
    case 'checked':
      return came.checks.flatMap(({ command, state, output }) => {
        const lines = output.split('\n')
        const shown = state === 'verified' ? lines.slice(0, 1) : lines
        return [`${state}: ${command}`, ...shown.map(line => `    ${line}`)]
      })
    default:
      return came satisfies never
  }
}
