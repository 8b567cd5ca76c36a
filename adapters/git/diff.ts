/**
 * What differs between two trees, and between two files: paths with modes and objects, and edits
 * line by line. Text is read as bytes, one character each, so that no encoding can lose any.
 */
import type { Edit, FileChange } from '../../state/tree-change.ts'
import { type Git, GitFault } from './git.ts'

/** No configuration of this machine or of the repository has a say in what is compared or merged. */
export const PLAIN = {
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_ATTR_NOSYSTEM: '1',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_CONFIG_COUNT: '2',
  GIT_CONFIG_KEY_0: 'core.attributesFile',
  GIT_CONFIG_VALUE_0: '/dev/null',
  GIT_CONFIG_KEY_1: 'merge.conflictStyle',
  GIT_CONFIG_VALUE_1: 'diff3',
} as const

/** Above this a file is no text that anybody merges by lines. */
const LONGEST_FILE = 8 * 2 ** 20
const bytes = { as: 'bytes', env: PLAIN } as const

/** `renames`: files that moved and are alike by half or more are one change. */
export async function changesBetween(
  git: Git,
  from: string,
  to: string,
  renames: 'renames' | 'no-renames',
): Promise<FileChange[]> {
  const how = renames === 'renames' ? ['-M50%', '-l2000'] : ['--no-renames']
  const args = ['diff-tree', '-r', '-z', '--raw', '--full-index', ...how, from, to]
  return readChanges(await git.run(args, bytes))
}

/**
 * Text files that `head` changed since it left `base`, with a line that came or went and matches
 * `pattern`, an extended regular expression. A file that moved is one that went and one that came.
 */
export async function changesOfLines(
  git: Git,
  base: string,
  head: string,
  pattern: string,
): Promise<FileChange[]> {
  const args = ['diff', '-z', '--raw', '--full-index', '--no-renames', '--no-ext-diff']
  return readChanges(
    await git.run([...args, '--no-textconv', `-G${pattern}`, `${base}...${head}`], bytes),
  )
}

const GONE = /^0+$/

/** `:MODE MODE OID OID STATUS`, then one path, or two when it was renamed. */
function readChanges(raw: string): FileChange[] {
  const fields = raw.split('\0')
  const changes: FileChange[] = []
  for (let at = 0; at + 1 < fields.length; ) {
    const [mode = '', toMode = '', oid = '', toOid = '', status = ''] = (fields[at] ?? '')
      .slice(1)
      .split(' ')
    const isMoved = /^[RC]/.test(status)
    const path = fields[at + 1] ?? ''
    const toPath = isMoved ? (fields[at + 2] ?? '') : path
    changes.push({
      from: GONE.test(mode) ? null : { path, mode, oid },
      to: GONE.test(toMode) ? null : { path: toPath, mode: toMode, oid: toOid },
    })
    at += isMoved ? 3 : 2
  }
  return changes
}

/** Null when it is binary or too long to be merged by lines. */
export async function linesOf(git: Git, oid: string): Promise<string[] | null> {
  const size = Number(await git.run(['cat-file', '-s', oid]))
  if (size > LONGEST_FILE) return null
  const { code, stdout, stderr } = await git.attempt(['cat-file', 'blob', oid], bytes)
  if (code !== 0) throw new GitFault('cat-file', code, stderr.trim())
  return stdout.includes('\0') ? null : splitLines(stdout)
}

/** Lines with their ends; the last one may have none. */
const splitLines = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? []

/** Null when either is binary. Edits of one file never touch one another. */
export async function editsBetween(git: Git, from: string, to: string): Promise<Edit[] | null> {
  if (from === to) return []
  const plain = ['--no-ext-diff', '--no-textconv', '--no-color', '--inter-hunk-context=0']
  const args = ['diff', ...plain, '--histogram', '-U0', from, to]
  const { code, stdout, stderr } = await git.attempt(args, bytes)
  if (code !== 0) throw new GitFault('diff', code, stderr.trim())
  return readEdits(stdout)
}

const HUNK = /^@@ -(\d+)(?:,(\d+))? \+\d+(?:,\d+)? @@/

function readEdits(patch: string): Edit[] | null {
  const edits: { at: number; removed: number; added: string[] }[] = []
  for (const line of splitLines(patch)) {
    const hunk = HUNK.exec(line)
    const last = edits.at(-1)
    if (hunk) {
      const removed = Number(hunk[2] ?? 1)
      edits.push({ at: Number(hunk[1]) - (removed === 0 ? 0 : 1), removed, added: [] })
    } else if (last === undefined) {
      if (line.startsWith('Binary files ')) return null
    } else if (line.startsWith('+')) {
      last.added.push(line.slice(1))
    } else if (line.startsWith('\\') && last.added.length > 0) {
      last.added.push((last.added.pop() ?? '').replace(/\n$/, ''))
    }
  }
  return edits
}
