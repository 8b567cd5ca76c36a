import { link, rm } from 'node:fs/promises'

/**
 * Gives a whole draft its name, once: false when there is a file of that name already. The draft
 * is gone afterwards. Unlike a rename, a link never replaces what another console wrote meanwhile.
 */
export async function linkOnce(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    await rm(draft, { force: true })
  }
}
