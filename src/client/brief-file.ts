/** A brief as a file on this machine, and the name that a lane gets after it. */
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename } from 'node:path'
import { expandHome } from '../../adapters/glob.ts'
import { LONGEST_BRIEF } from '../policy/brief.ts'

export type BriefFile = { kind: 'text'; text: string } | { kind: 'fault'; message: string }

/** `path` may begin with `~/`. */
export async function readBriefFile(path: string): Promise<BriefFile> {
  try {
    const bytes = await readFile(expandHome(path, homedir()))
    return bytes.length > LONGEST_BRIEF
      ? { kind: 'fault', message: `${path} is longer than ${LONGEST_BRIEF} bytes` }
      : { kind: 'text', text: bytes.toString('utf8') }
  } catch (error) {
    return { kind: 'fault', message: `cannot read the brief: ${(error as Error).message}` }
  }
}

/** `briefs/Fix Login.md` → `fix-login`. */
export const nameOfBrief = (path: string): string =>
  basename(path)
    .replace(/(?:\.brief)?\.[a-z]+$/i, '')
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
