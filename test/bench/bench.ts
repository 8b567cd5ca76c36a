/** What a bench is: a title, the programs it stands on, and something that prints its figures. */
import type { ProgramName } from './parts/programs.ts'

/** `quick` shows that a bench works; its figures say little. */
export type Effort = 'full' | 'quick'

export interface Bench {
  readonly title: string
  /** It cannot run without these. */
  readonly needs: readonly ProgramName[]
  run(effort: Effort, print: (line: string) => void): Promise<void>
}
