/** Every way out of the console: each gives the terminal back first. */

export interface Exit {
  /** Exit code of the program: 0, 1, or 128 + signal. */
  readonly code: number
  /** What went wrong; null when nothing did. */
  readonly error: unknown
}

const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const

/** Calls `leave` on signals and on errors nobody caught; returns what stops listening. */
export function watchExits(leave: (exit: Exit) => void): () => void {
  const crashed = (error: unknown): void => leave({ code: 1, error })
  const signals = Object.entries(SIGNALS).map(([signal, code]) => {
    const listener = (): void => leave({ code, error: null })
    process.on(signal, listener)
    return () => process.off(signal, listener)
  })
  process.on('uncaughtException', crashed)
  process.on('unhandledRejection', crashed)
  return () => {
    for (const stop of signals) stop()
    process.off('uncaughtException', crashed)
    process.off('unhandledRejection', crashed)
  }
}
