/** Moving through a list of `many` lines of which `height` are on the screen. */

/** A number of lines, or a named stride. */
export type Steps = number | 'half-up' | 'half-down' | 'page-up' | 'page-down' | 'first' | 'last'

function distance(steps: Steps, height: number, many: number): number {
  const page = Math.max(1, height - 1)
  const half = Math.max(1, Math.floor(height / 2))
  switch (steps) {
    case 'half-up':
      return -half
    case 'half-down':
      return half
    case 'page-up':
      return -page
    case 'page-down':
      return page
    case 'first':
      return -many
    case 'last':
      return many
    default:
      return steps
  }
}

/** The index after moving from `index`, held inside the list. */
export const moved = (index: number, steps: Steps, height: number, many: number): number =>
  Math.max(0, Math.min(many - 1, index + distance(steps, height, many)))
