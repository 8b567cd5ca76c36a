/**
 * Stands in for what is imported and never used: react-devtools-core, which Ink wants under DEV,
 * and gRPC, which dockerode wants to build images.
 */
export default {}
