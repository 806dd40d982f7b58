// TSDBDiagnosisTests
