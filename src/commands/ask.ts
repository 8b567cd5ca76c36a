/** Questions to a person at a terminal. Nobody there: nothing is asked and nothing is assumed. */
import { createInterface } from 'node:readline/promises'
import type { Context } from './context.ts'

export const mayAsk = (context: Context): boolean => context.stdin.isTTY && context.stderr.isTTY

/** Only the word `yes` is a yes. */
export async function askYes(context: Context, question: string): Promise<boolean> {
  const lines = createInterface({ input: context.stdin, output: context.stderr })
  try {
    return (await lines.question(`${question} (yes/no) `)).trim() === 'yes'
  } finally {
    lines.close()
  }
}
