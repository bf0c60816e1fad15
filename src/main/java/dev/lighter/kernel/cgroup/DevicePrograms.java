package dev.lighter.kernel.cgroup;

import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.Fd;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Guards device files in version 2 groups. The usual rules, which nearly all groups have, are loaded once. Safe for all threads. */
final class DevicePrograms implements V2Hierarchy.DevicePolicy {
    private @Nullable Fd usual;

    @Override
    public void attach(Path group, List<DeviceRule> rules) throws ErrnoException {
        if (rules.equals(DeviceRule.DEFAULTS)) {
            DeviceProgram.attach(group, usual());
            return;
        }
        try (Fd program = DeviceProgram.load(rules)) {
            DeviceProgram.attach(group, program);
        }
    }

    private synchronized Fd usual() throws ErrnoException {
        Fd loaded = usual;
        if (loaded == null) {
            loaded = DeviceProgram.load(DeviceRule.DEFAULTS);
            usual = loaded;
        }
        return loaded;
    }
}
