/**
 * Settings with which git on the host looks into what an agent had in its hands: no program that
 * the repository names is run. They win over all of its files.
 */
const SETTINGS = ['core.fsmonitor=false', 'core.hooksPath=/dev/null']

export const SAFELY: readonly string[] = SETTINGS.flatMap(setting => ['-c', setting])

/** Around git: `git status` takes no lock that an agent may wait for, and nobody is asked. */
export const gitEnv = (): NodeJS.ProcessEnv => ({
  ...process.env,
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
  LC_ALL: 'C',
})

/** For `git diff` and `git status`: a repository within it is compared by its commit, and not entered. */
export const NOT_ENTERING = '--ignore-submodules=dirty'
