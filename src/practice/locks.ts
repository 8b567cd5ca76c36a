/** Lock files that the practice factory's mender left: it takes one a pull request, and frees none. */
import { mkdir, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RepositoryModel } from './github/model.ts'
import { OWNER } from './names.ts'

/** Below the host's home; as it stands in a profile. */
export const LOCKS = 'mender/.mend-{repo}-{pull}.lock'

const HOUR = 3_600_000
/** Of what has landed, and of what is open: so many a repository. */
const LANDED = 3
const OPEN = 2
/** Of a repository that nobody watches any more. */
const FORGOTTEN = { repository: 'capstan', number: 17, ageMs: 60 * HOUR }

export async function layLocks(
  home: string,
  repositories: readonly Pick<RepositoryModel, 'name' | 'pulls'>[],
  now: number,
): Promise<void> {
  const locks = repositories.flatMap(({ name, pulls }) => {
    const all = pulls()
    const landed = all.filter(pull => pull.landed !== null).slice(0, LANDED)
    const open = all.filter(pull => pull.landed === null).slice(0, OPEN)
    return [...landed, ...open].map(({ number }, index) => ({
      repository: name,
      number,
      ageMs: (index + 1) * HOUR,
    }))
  })
  for (const { repository, number, ageMs } of [...locks, FORGOTTEN]) {
    const named = LOCKS.replace('{repo}', `${OWNER}-${repository}`).replace('{pull}', `${number}`)
    const path = join(home, named)
    await mkdir(join(path, '..'), { recursive: true })
    await writeFile(path, '')
    await utimes(path, (now - ageMs) / 1_000, (now - ageMs) / 1_000)
  }
}
