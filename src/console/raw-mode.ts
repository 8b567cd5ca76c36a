import type { ReadStream } from 'node:tty'

/** Takes the keys of a terminal as they are pressed, or gives them back; says why when it cannot. */
export function rawMode(stdin: ReadStream, to: 'raw' | 'cooked'): string | null {
  try {
    stdin.setRawMode(to === 'raw')
    return null
  } catch (error) {
    return `the terminal cannot be had: ${(error as Error).message}`
  }
}
