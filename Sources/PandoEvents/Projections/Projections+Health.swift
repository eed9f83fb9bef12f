public import PandoTelemetry

extension Projections {
    /// Adds the check `projections`: it fails while a model is stopped at an event, and names the model and the event.
    /// The process stays ready, since readers still have what the model had before.
    public func addCheck(to health: HealthRegistry) {
        health.register("projections", isRequired: false) { [weak self] in
            guard let stopped = self?.failures.min(by: { $0.key < $1.key }) else { return }
            throw EventsError(.projectionFailed(stopped.key), "\(stopped.key) stopped at \(stopped.value)")
        }
    }
}
