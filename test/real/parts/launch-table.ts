/** The table of a profile that says how and where lanes are launched, as TOML. */

/** Of the checkout `app`, whose remote is `origin`; `lines` stand in the table besides. */
export const launchTable = (
  profile: string,
  at: (name: string) => string,
  lines: string,
  origin = 'seed',
): string => `
[profiles.${profile}.launch]
worktrees = "${at('trees')}"
logs = "${at('logs')}"
${lines}
[[profiles.${profile}.launch.repos]]
path = "${at('app')}"
remote = "${at(origin)}"
branch = "main"
`
