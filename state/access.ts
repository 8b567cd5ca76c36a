/** Whether a client may act at all, and why not: hub and console say the same. */
export interface Access {
  /** This client said that it only looks. */
  readonly isClientReadOnly: boolean
  /** The profile says that everybody only looks, and nobody lifted it. */
  readonly isProfileReadOnly: boolean
}

/** Why nothing may be done; null when it may. */
export function readOnlyReason({ isClientReadOnly, isProfileReadOnly }: Access): string | null {
  if (isProfileReadOnly) {
    return 'this profile is read-only: `dockmaster elevate` at a terminal, or E in the console, lifts that'
  }
  return isClientReadOnly ? 'this console is read-only: E lifts that' : null
}
