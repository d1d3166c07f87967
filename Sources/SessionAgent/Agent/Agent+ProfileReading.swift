internal import Logging
internal import SessionAPI
internal import SessionModel
internal import SessionStore

/// Reads profiles from their files when they are used; the last good state is kept.
extension Agent {
  /// The profile as its file says now.
  ///
  /// - Throws: `Problem` (`bad_configuration`, `not_found`).
  func profile(_ name: ProfileName) throws -> ProfileDocument {
    do {
      guard let document = try parts.profileFolder.read(name) else {
        profileProblems[name] = nil
        throw Agent.noSuchProfile(name)
      }
      profileProblems[name] = nil
      if profiles.updateValue(document, forKey: name) != document {
        if document.access != nil {
          parts.logger.warning("[access] is not enforced yet", metadata: ["profile": "\(name)"])
        }
        profileDidChange(name)
      }
      return document
    } catch let problem as Problem {
      if problem.code == .badConfiguration { profileProblems[name] = problem }
      throw problem
    }
  }

  func parsed(_ document: ProfileDocument, _ name: ProfileName) throws -> Profile {
    do {
      return try Profile(document, name: name)
    } catch let problem as ProfileProblem {
      throw Problem(.badConfiguration, "Profile \(name): \"\(problem.key.rawValue)\" \(problem.what).")
    }
  }

  func profileExists(_ name: ProfileName) -> Bool {
    do {
      _ = try profile(name)
      return true
    } catch {
      return profileProblems[name] != nil
    }
  }

  /// Reads all files (start, SIGHUP). A bad one leaves the last good state in force.
  func loadProfiles() {
    for name in parts.profileFolder.names() {
      do {
        _ = try profile(name)
      } catch {
        let why = (error as? Problem)?.detail ?? ""
        parts.logger.error("a profile is bad", metadata: ["profile": "\(name)", "why": "\(why)"])
      }
    }
    hasReadProfiles = true
  }

  func refreshPolicy(of name: ProfileName) -> RefreshPolicy {
    profiles[name]?.string(.refresh).flatMap(RefreshPolicy.init) ?? .proactive
  }

  /// SIGHUP: settings and profiles anew.
  func reload() async {
    loadProfiles()
    do {
      await take(try Settings.load(parts.settingsFiles))
      parts.logger.info("settings and profiles were read again")
    } catch {
      let why = (error as? Problem)?.detail ?? ""
      parts.logger.error("the settings are bad; the old ones stay", metadata: ["why": "\(why)"])
    }
  }
}
