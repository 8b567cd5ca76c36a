/** What differs between two trees, and between two files. */

/** A file as one tree has it. `mode` is git's, like `100644`. Paths are bytes, one character each. */
export interface Entry {
  readonly path: string
  readonly mode: string
  readonly oid: string
}

/** A path of an entry, as text. */
export const pathText = (path: string): string => Buffer.from(path, 'latin1').toString('utf8')

/** `from` null: it is new; `to` null: it is gone; two paths: it was renamed. */
export interface FileChange {
  readonly from: Entry | null
  readonly to: Entry | null
}

/** Before line `at` of a file, from 0: so many lines go, and these come. Lines keep their ends. */
export interface Edit {
  readonly at: number
  readonly removed: number
  readonly added: readonly string[]
}
