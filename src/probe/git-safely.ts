/**
 * Settings with which git on the host looks into what an agent had in its hands: no program that
 * the repository names is run. They win over all of its files.
 */
const SETTINGS = ['core.fsmonitor=false', 'core.hooksPath=/dev/null']

export const SAFELY: readonly string[] = SETTINGS.flatMap(setting => ['-c', setting])

/** For `git diff` and `git status`: a repository within it is compared by its commit, and not entered. */
export const NOT_ENTERING = '--ignore-submodules=dirty'
