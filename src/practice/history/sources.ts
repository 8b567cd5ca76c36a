/** The files of a practice repository: small modules whose lines are changed one at a time. */

/** Path → text. */
export type Files = ReadonlyMap<string, string>

const LINES = 30

/** A commit whose tree holds anything in this directory is truly red. */
export const BROKEN = 'broken'

export function moduleText(topic: string): string {
  const name = topic.replaceAll('-', '_')
  const line = (number: number) => `export const ${name}_${number} = 0\n`
  return Array.from({ length: LINES }, (_, index) => line(index)).join('')
}

/** The files with one line of `topic`'s module set to another value. */
export function changeLine(files: Files, topic: string, line: number, value: number): Files {
  const path = `src/${topic}.ts`
  const lines = (files.get(path) ?? moduleText(topic)).split('\n')
  lines[line] = `export const ${topic.replaceAll('-', '_')}_${line} = ${value}`
  return new Map(files).set(path, lines.join('\n'))
}

/** What everybody adds a row to: so everybody's pull requests rot. */
export const LIST = 'CHANGES.md'

export const listText = (name: string): string => `# Changes of ${name}\n\n`

/** The files with one more row at the end of the list. */
export const addRow = (files: Files, row: string): Files =>
  new Map(files).set(LIST, `${files.get(LIST) ?? ''}- ${row}\n`)

export const README = (name: string): string =>
  `# ${name}\n\nA repository of the practice factory. Run ./check.sh before you push.\n`

/** What a lane runs for its tests. PRACTICE_PAUSE is how many seconds it takes. */
export const CHECK_SCRIPT = `#!/bin/sh
echo "checking $(ls src | wc -l) modules"
sleep "\${PRACTICE_PAUSE:-2}"
grep -c "export const" src/*.ts | tail -n 3
`
