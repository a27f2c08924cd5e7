"""Data: encrypted, backed up, hard to delete, and copied to where it can be read when its region is down."""

from xyztf.rules.data import backups, encryption, exposure, keys, protection, replicas, transit
from xyztf.rules.rule import Rule

RULES: tuple[type[Rule], ...] = (
    encryption.UnencryptedStorage,
    encryption.UnencryptedStream,
    encryption.UnencryptedMessages,
    keys.TableWithoutKey,
    keys.LogsWithoutKey,
    keys.StoreWithoutKey,
    keys.KeyNotRotated,
    transit.CacheInPlainText,
    transit.DatabaseInPlainText,
    backups.NoBackups,
    backups.FinalSnapshotSkipped,
    backups.FinalSnapshotWithoutName,
    backups.TableWithoutRecovery,
    backups.CacheWithoutSnapshots,
    backups.SnapshotsWithoutTags,
    backups.StreamForgetsAtOnce,
    protection.Deletable,
    protection.Destroyable,
    protection.OneZone,
    protection.NothingToFailOverTo,
    exposure.Public,
    exposure.NoMinorUpgrades,
    exposure.AppliedAtOnce,
    exposure.OldVolume,
    replicas.ReplicaWithoutItsOwn,
    replicas.ReplicaToldTooMuch,
    replicas.ReplicaWithBackups,
    replicas.SourceWithoutBackups,
    replicas.SourceNotEncrypted,
    replicas.SourceWithManagedPassword,
)
